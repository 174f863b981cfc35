"""What comes in: spreadsheets of customers and orders, dry run first."""
