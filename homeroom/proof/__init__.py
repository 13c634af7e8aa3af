"""The proof of a site: from what its devices say, whom each role reaches over every path."""
