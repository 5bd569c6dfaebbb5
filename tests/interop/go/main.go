// Logcheck checks a published log without a network, with the packages of the Go project and nothing of the program
// that made it: sumdb/note opens the checkpoint, sumdb/tlog holds tiles, entries and older checkpoints against it.
//
//	logcheck -key VKEY FOLDER [OLDER-CHECKPOINT ...]
//
// FOLDER holds what c2sp.org/tlog-tiles serves below a log's prefix: checkpoint, tile/<L>/..., tile/entries/...
// It answers with one line and 0, or with one sentence and 1.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	key := flag.String("key", "", "the log's verifier key (vkey)")
	flag.Parse()
	if *key == "" || flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: logcheck -key VKEY FOLDER [OLDER-CHECKPOINT ...]")
		os.Exit(2)
	}
	said, err := check(*key, flag.Arg(0), flag.Args()[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
	fmt.Println(said)
}

// check holds everything in the folder against its checkpoint, and the checkpoint against older ones.
func check(key, folder string, older []string) (string, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return "", err
	}
	tree, err := openCheckpoint(filepath.Join(folder, "checkpoint"), verifier)
	if err != nil {
		return "", err
	}
	log := &publishedLog{folder: folder, tree: tree, known: map[tlog.Tile][]byte{}}
	if err := log.checkTiles(); err != nil {
		return "", err
	}
	if err := log.readEntries(); err != nil {
		return "", err
	}
	for _, path := range older {
		old, err := openCheckpoint(path, verifier)
		if err == nil {
			err = log.checkExtends(old)
		}
		if err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
	}
	files, err := log.checkFiles()
	if err != nil {
		return "", err
	}
	if err := log.checkEntries(); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s: %d entries, %d tiles and bundles, extends %d older checkpoints",
		verifier.Name(), tree.N, files, len(older)), nil
}

// openCheckpoint reads a signed note of three lines: origin, size, root hash (c2sp.org/tlog-checkpoint).
func openCheckpoint(path string, verifier note.Verifier) (tlog.Tree, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("not three lines of the log %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("the size is not a plain number")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, err
	}
	return tlog.Tree{N: size, Hash: root}, nil
}
