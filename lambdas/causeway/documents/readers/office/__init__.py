"""What the readers of Office files (.docx, .xlsx, .pptx) share: archive, XML, and what is counted. See docs/decisions/221."""
