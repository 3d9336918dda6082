"""Text in pictures: pages of a PDF that are pictures, and image files."""
