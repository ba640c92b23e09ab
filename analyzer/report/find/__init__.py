"""Find on the page: what the search box of a report has to search in."""
