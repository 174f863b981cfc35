"""The pages, one file per noun: fetch what this person may see, call one verb, answer."""
