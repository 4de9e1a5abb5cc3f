"""The threads of the pipeline: hearing, translation, speech, playback; and what they share."""
