"""Case files, format hgw-case/1: one meeting with its people and everything typed in it, as YAML.

What a school moves between installations, what the demo school is made of, what tests load. In: `reading` (strict
YAML) → `checking`, `limits` and `rules` (every fault of the file) → `matching` → `loading`. Out: `collecting` →
`composing` → `exporting`. The tables of the format are data, in `schema`, `tables_people` and `tables_steps`.
"""
