"""Questions with what a right answer holds, and the truth they are judged by."""
