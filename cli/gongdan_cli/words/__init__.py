"""What a person reads beside the help, in English and Chinese: tables, and `table.words`."""
