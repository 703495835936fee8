package main

import "fmt"

// aMillionKeys are stored for keys, and one in a hundred of them calls.
var aMillionKeys = mass{teams: 100_000, keys: 1_000_000, active: 10_000}

// keys: a million keys of a hundred thousand teams are stored and ten thousand of them call at random, against ten keys
// of one team in a database that holds nothing else. The load is made the same way for both: wrk picks a key for each call.
func keys(b *bench) ([]line, error) {
	few, err := b.seed("keys-few")
	if err != nil {
		return nil, err
	}
	many, err := b.seed("keys-many")
	if err != nil {
		return nil, err
	}
	b.say("  storing %d keys of %d teams", aMillionKeys.keys, aMillionKeys.teams)
	active, err := b.storeMass(many, aMillionKeys)
	if err != nil {
		return nil, err
	}
	g, err := b.startRoomy(few, "process")
	if err != nil {
		return nil, err
	}
	defer g.stop()
	m, err := b.startRoomy(many, "process")
	if err != nil {
		return nil, err
	}
	defer m.stop()
	found, err := b.throughput(load{g, few.funded, 200}, load{m, active, 200})
	if err != nil {
		return nil, err
	}
	memory, err := m.resident()
	if err != nil {
		return nil, err
	}
	const mib = 1 << 20
	l := ratioLine("1,000,000 keys and 100,000 teams stored, 10,000 keys call at random", found[1], found[0], "ten keys", 0.8)
	return []line{l, {
		what: "the same: resident memory at the end", ours: fmt.Sprintf("%d MiB", memory/mib), against: "–", ratio: "–",
		target: "≤ 200 MiB", verdict: verdict(memory <= 200*mib),
	}}, nil
}
