"""The school as those who run it set it up: its beginning, its settings and school years, who works there as what."""
