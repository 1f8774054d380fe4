"""Hidden cases: recorded once, replayed for every submission, compared with what was due."""
