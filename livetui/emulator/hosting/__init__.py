"""What LVB and channel hosting share: hosted channels, recording tasks, screenshot tasks and their queue."""
