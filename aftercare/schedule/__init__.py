"""Where cases stand on the calendar: rows that follow every case, lanes and what they hold, moves, feeds for phones."""
