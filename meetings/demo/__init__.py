"""The demonstration school: two invented schools with everything that a real one has, the same rows on the same day.

`names` and the TOML files hold the people and the sentences, `school` builds schools and people, `meetings` the meetings;
`seeding` makes ids and times repeatable. Entry: `build.build(day)`, called by the command `seed_demo`.
"""
