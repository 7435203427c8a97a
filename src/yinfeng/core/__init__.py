"""Pure problem solving: questions and answers as arrays; no files, no frameworks, no calendar."""
