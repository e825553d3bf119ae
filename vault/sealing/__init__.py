"""The file format: bytes in, bytes out. No files, no paths; FORMAT.md describes every byte."""
