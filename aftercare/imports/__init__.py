"""What comes in from spreadsheets: read safely, judged row by row, applied through the actions of its package."""
