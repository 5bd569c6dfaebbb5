package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	height  = 8
	width   = 1 << height
	entries = -1 // the level sumdb/tlog gives to bundles
)

// publishedLog is a folder, the tree its checkpoint signs, and what has been read: tiles once they lead to the signed
// root, bundles as they are.
type publishedLog struct {
	folder  string
	tree    tlog.Tree
	known   map[tlog.Tile][]byte
	leaves  []tlog.Hash
	records [][]byte
}

// Height, ReadTiles and SaveTiles make the folder a tlog.TileReader.
func (log *publishedLog) Height() int { return height }

func (log *publishedLog) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, known := log.known[tile]
		if !known {
			var err error
			if data, err = log.read(tile); err != nil {
				return nil, err
			}
			if len(data) < tile.W*tlog.HashSize || len(data)%tlog.HashSize != 0 {
				return nil, fmt.Errorf("%s has the wrong length", pathOf(tile))
			}
		}
		all = append(all, data[:tile.W*tlog.HashSize])
	}
	return all, nil
}

func (log *publishedLog) SaveTiles(tiles []tlog.Tile, data [][]byte) {
	for i, tile := range tiles {
		log.known[tile] = data[i]
	}
}

// read gives a tile's file, or the full one where the partial one has been deleted (tlog-tiles, Partial Tiles).
func (log *publishedLog) read(tile tlog.Tile) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(log.folder, pathOf(tile)))
	if os.IsNotExist(err) && tile.W != width {
		tile.W = width
		data, err = os.ReadFile(filepath.Join(log.folder, pathOf(tile)))
	}
	if err == nil && tile.L != entries && len(data) != tile.W*tlog.HashSize {
		err = fmt.Errorf("%s has the wrong length", pathOf(tile))
	}
	return data, err
}

// pathOf turns the path of sumdb/tlog, which names the height and calls entries data, into that of tlog-tiles.
func pathOf(tile tlog.Tile) string {
	path := "tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

// tileOf reads a path of tlog-tiles in its one spelling.
func tileOf(path string) (tlog.Tile, error) {
	rest := strings.Replace(strings.TrimPrefix(path, "tile/"), "entries/", "data/", 1)
	return tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", height, rest))
}

// tiles lists the tiles of one level, or the bundles, for a tree of so many entries.
func tiles(level int, size int64) []tlog.Tile {
	var all []tlog.Tile
	count := size
	if level > 0 {
		count = size >> (height * level)
	}
	for n := int64(0); n<<height < count; n++ {
		w := count - n<<height
		if w > width {
			w = width
		}
		all = append(all, tlog.Tile{H: height, L: level, N: n, W: int(w)})
	}
	return all
}

// checkTiles reads every tile through tlog.TileHashReader, which gives only what leads to the signed root.
func (log *publishedLog) checkTiles() error {
	if log.tree.N == 0 {
		if log.tree.Hash != tlog.Hash(sha256.Sum256(nil)) {
			return fmt.Errorf("an empty log has another root than the empty tree")
		}
		return nil
	}
	reader := tlog.TileHashReader(log.tree, log)
	for level := 0; log.tree.N>>(height*level) > 0; level++ {
		for _, tile := range tiles(level, log.tree.N) {
			data, err := tlog.ReadTileData(tile, reader)
			if err != nil {
				return fmt.Errorf("%s: %w", pathOf(tile), err)
			}
			for at := 0; level == 0 && at < len(data); at += tlog.HashSize {
				log.leaves = append(log.leaves, *(*tlog.Hash)(data[at:]))
			}
		}
	}
	return nil
}

// readEntries takes the bundles of the tree apart; checkEntries proves what stands in them.
func (log *publishedLog) readEntries() error {
	for _, bundle := range tiles(entries, log.tree.N) {
		data, err := log.read(bundle)
		if err != nil {
			return err
		}
		records, taken, err := split(data, bundle.W)
		if err != nil {
			return fmt.Errorf("%s: %w", pathOf(bundle), err)
		}
		log.known[bundle] = data[:taken]
		log.records = append(log.records, records...)
	}
	return nil
}

// checkEntries proves with tlog.CheckRecord that each entry of the bundles stands in its place: the proofs come from
// the hashes of the tiles, the record's hash from the bundle, the root from the checkpoint.
func (log *publishedLog) checkEntries() error {
	stored, err := log.storedHashes()
	if err != nil {
		return err
	}
	for i, record := range log.records {
		proof, err := tlog.ProveRecord(log.tree.N, int64(i), stored)
		if err == nil {
			err = tlog.CheckRecord(proof, log.tree.N, log.tree.Hash, int64(i), tlog.RecordHash(record))
		}
		if err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
	}
	return nil
}

// storedHashes lays out all hashes of the tree from the leaf hashes, as sumdb/tlog stores them.
func (log *publishedLog) storedHashes() (tlog.HashReader, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	for n, leaf := range log.leaves {
		more, err := tlog.StoredHashesForRecordHash(int64(n), leaf, reader)
		if err != nil {
			return nil, err
		}
		stored = append(stored, more...)
	}
	return reader, nil
}

// split takes so many entries off a bundle: each behind its length, two bytes, big-endian (tlog-tiles, Log entries).
// More may follow only where the full bundle stands for a partial one.
func split(data []byte, count int) (records [][]byte, taken int, err error) {
	for len(records) < count {
		if len(data)-taken < 2 {
			return nil, 0, fmt.Errorf("the bundle is cut short")
		}
		start := taken + 2
		taken = start + int(binary.BigEndian.Uint16(data[taken:]))
		if taken > len(data) {
			return nil, 0, fmt.Errorf("the bundle is cut short")
		}
		records = append(records, data[start:taken])
	}
	return records, taken, nil
}

// checkExtends proves with tlog.CheckTree that the tree begins with the whole older one.
func (log *publishedLog) checkExtends(old tlog.Tree) error {
	if old.N == 0 {
		return nil // every log extends an empty one
	}
	if old.N > log.tree.N {
		return fmt.Errorf("the older checkpoint has %d entries, the log only %d", old.N, log.tree.N)
	}
	proof, err := tlog.ProveTree(log.tree.N, old.N, tlog.TileHashReader(log.tree, log))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, log.tree.N, log.tree.Hash, old.N, old.Hash)
}

// checkFiles looks at every file below tile/, those of earlier sizes too: what an earlier checkpoint saw there has to
// be the beginning of what stands there now. Files beyond the checkpoint are left alone; names that begin with a dot
// are somebody's unfinished copies. It tells how many files were compared.
func (log *publishedLog) checkFiles() (int, error) {
	held := 0
	under := os.DirFS(filepath.Join(log.folder, "tile"))
	err := fs.WalkDir(under, ".", func(path string, file fs.DirEntry, err error) error {
		if os.IsNotExist(err) && log.tree.N == 0 {
			return nil
		}
		if err != nil || file.IsDir() || strings.HasPrefix(file.Name(), ".") {
			return err
		}
		name := "tile/" + path
		tile, err := tileOf(name)
		if err != nil {
			return err
		}
		known, err := log.upTo(tile)
		if err != nil || known == nil {
			return err
		}
		data, err := fs.ReadFile(under, path)
		if err != nil {
			return err
		}
		if !bytes.Equal(data, known) {
			return fmt.Errorf("%s holds something else than the tree", name)
		}
		held++
		return nil
	})
	return held, err
}

// upTo gives what a tile or bundle of this width has to hold, nil where the checkpoint does not reach that far.
func (log *publishedLog) upTo(tile tlog.Tile) ([]byte, error) {
	for w := tile.W; w <= width; w++ {
		data, there := log.known[tlog.Tile{H: height, L: tile.L, N: tile.N, W: w}]
		if !there {
			continue
		}
		if tile.L != entries {
			return data[:tile.W*tlog.HashSize], nil
		}
		_, taken, err := split(data, tile.W)
		return data[:taken], err
	}
	return nil, nil
}
