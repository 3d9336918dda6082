"""PDF: liteparse lays a page out, PDFium opens the file; what neither does is here."""
