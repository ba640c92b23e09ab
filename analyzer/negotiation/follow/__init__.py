"""What is remembered of each IKE SA while its messages arrive, and which SA a message belongs to."""
