// A stranger's look at a published log: golang.org/x/mod/sumdb, which follows the same specifications (c2sp.org: signed-note,
// tlog-checkpoint, tlog-tiles, tlog-proof), and Go's own cryptography. It knows nothing of entries but that they are bytes.
//
//	stranger log FOLDER KEYS            every entry, tile and checkpoint of a published log
//	stranger proof FILE KEYS            one entry's proof
//
// KEYS is a file of verifier keys, a line each. One object of JSON on standard output; exit code 0 only if all is sound.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight  = 8
	bundleWidth = 1 << tileHeight
	typeEd25519 = 0x01
	typeECDSA   = 0x02
)

type report struct {
	Origin      string   `json:"origin"`
	Size        int64    `json:"size"`
	Root        string   `json:"root"`
	Keys        []string `json:"keys"`
	Entries     int64    `json:"entries"`
	Checkpoints int      `json:"checkpoints"`
	Index       int64    `json:"index"`
	Problem     string   `json:"problem,omitempty"`
}

func main() {
	var result report
	err := errors.New("usage: stranger log|proof PATH KEYS")
	if len(os.Args) == 4 {
		var keys []note.Verifier
		if keys, err = readKeys(os.Args[3]); err == nil {
			switch os.Args[1] {
			case "log":
				err = checkLog(os.Args[2], keys, &result)
			case "proof":
				err = checkProof(os.Args[2], keys, &result)
			}
		}
	}
	if err != nil {
		result.Problem = err.Error()
	}
	json.NewEncoder(os.Stdout).Encode(result)
	if err != nil {
		os.Exit(1)
	}
}

// ecdsaVerifier is the kind of key that the library leaves to its users.
type ecdsaVerifier struct {
	name string
	hash uint32
	key  *ecdsa.PublicKey
}

func (v *ecdsaVerifier) Name() string    { return v.name }
func (v *ecdsaVerifier) KeyHash() uint32 { return v.hash }
func (v *ecdsaVerifier) Verify(text, signature []byte) bool {
	digest := sha256.Sum256(text)
	return ecdsa.VerifyASN1(v.key, digest[:], signature)
}

func readKeys(file string) ([]note.Verifier, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var keys []note.Verifier
	for _, line := range strings.Fields(string(text)) {
		parts := strings.SplitN(line, "+", 3)
		if len(parts) != 3 {
			return nil, fmt.Errorf("%q is no verifier key", line)
		}
		material, err := base64.StdEncoding.DecodeString(parts[2])
		if err != nil || len(material) < 2 {
			return nil, fmt.Errorf("%q is no verifier key", line)
		}
		switch material[0] {
		case typeEd25519:
			key, err := note.NewVerifier(line)
			if err != nil {
				return nil, err
			}
			keys = append(keys, key)
		case typeECDSA:
			public, err := x509.ParsePKIXPublicKey(material[1:])
			if err != nil {
				return nil, err
			}
			digest := sha256.Sum256(material[1:])
			hash := binary.BigEndian.Uint32(digest[:])
			if fmt.Sprintf("%08x", hash) != parts[1] {
				return nil, fmt.Errorf("%q does not have the id of its key", line)
			}
			keys = append(keys, &ecdsaVerifier{parts[0], hash, public.(*ecdsa.PublicKey)})
		default:
			return nil, fmt.Errorf("key type %d is unknown", material[0])
		}
	}
	return keys, nil
}

// openCheckpoint demands a signature of every key: one that is missing is a fault here.
func openCheckpoint(message []byte, keys []note.Verifier) (origin string, tree tlog.Tree, err error) {
	opened, err := note.Open(message, note.VerifierList(keys...))
	if err != nil {
		return "", tree, err
	}
	if len(opened.Sigs) != len(keys) {
		return "", tree, fmt.Errorf("%d of %d keys have signed", len(opened.Sigs), len(keys))
	}
	lines := strings.SplitN(opened.Text, "\n", 4)
	if len(lines) != 4 {
		return "", tree, errors.New("the checkpoint has too few lines")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return "", tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return lines[0], tree, err
}

// folderTiles reads tiles as tlog-tiles names them: without the height in the path.
type folderTiles struct{ folder string }

func (folderTiles) Height() int                     { return tileHeight }
func (folderTiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t folderTiles) path(tile tlog.Tile) string {
	return filepath.Join(t.folder, strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
}
func (t folderTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(t.path(tile))
		if errors.Is(err, fs.ErrNotExist) && tile.W < bundleWidth {
			full := tile // A full tile takes the place of a partial one.
			full.W = bundleWidth
			if data, err = os.ReadFile(t.path(full)); err == nil {
				data = data[:tile.W*tlog.HashSize]
			}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t folderTiles) readBundle(number int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: tileHeight, L: 0, N: number, W: width}
	path := strings.Replace(t.path(tile), filepath.Join("tile", "0"), filepath.Join("tile", "entries"), 1)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s ends within an entry", path)
		}
		length := int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if len(entries) != width {
		return nil, fmt.Errorf("%s holds %d entries, not %d", path, len(entries), width)
	}
	return entries, nil
}

func checkLog(folder string, keys []note.Verifier, result *report) error {
	message, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	origin, tree, err := openCheckpoint(message, keys)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	result.Origin, result.Size, result.Root = origin, tree.N, tree.Hash.String()
	for _, key := range keys {
		result.Keys = append(result.Keys, fmt.Sprintf("%s+%08x", key.Name(), key.KeyHash()))
	}

	// The library's reader checks every tile that it reads against the checkpoint's root.
	tiles := folderTiles{folder}
	hashes := tlog.TileHashReader(tree, tiles)
	for first := int64(0); first < tree.N; first += bundleWidth {
		width := tree.N - first
		if width > bundleWidth {
			width = bundleWidth
		}
		entries, err := tiles.readBundle(first/bundleWidth, int(width))
		if err != nil {
			return err
		}
		indexes := make([]int64, width)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		known, err := hashes.ReadHashes(indexes)
		if err != nil {
			return fmt.Errorf("tiles of entries %d to %d: %w", first, first+width-1, err)
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != known[i] {
				return fmt.Errorf("entry %d is not the one in the tree", first+int64(i))
			}
			result.Entries++
		}
	}

	for _, n := range []int64{0, tree.N / 2, tree.N - 1} {
		if n < 0 || n >= tree.N {
			continue
		}
		proof, err := tlog.ProveRecord(tree.N, n, hashes)
		if err != nil {
			return err
		}
		known, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, known[0]); err != nil {
			return err
		}
	}

	earlier, err := filepath.Glob(filepath.Join(folder, "checkpoints", "*"))
	if err != nil {
		return err
	}
	for _, file := range earlier {
		message, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		earlierOrigin, old, err := openCheckpoint(message, keys)
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		if earlierOrigin != origin {
			return fmt.Errorf("%s is of %s", filepath.Base(file), earlierOrigin)
		}
		if old.N > 0 && old.N <= tree.N {
			proof, err := tlog.ProveTree(tree.N, old.N, hashes)
			if err != nil {
				return err
			}
			if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
				return fmt.Errorf("%s: %w", filepath.Base(file), err)
			}
		}
		result.Checkpoints++
	}
	return nil
}

func checkProof(file string, keys []note.Verifier, result *report) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, message, found := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("this is no tlog-proof")
	}
	lines = lines[1:]
	var entry []byte
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		if entry, err = base64.StdEncoding.DecodeString(lines[0][len("extra "):]); err != nil {
			return err
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return errors.New("the proof names no index")
	}
	if result.Index, err = strconv.ParseInt(lines[0][len("index "):], 10, 64); err != nil {
		return err
	}
	var path tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		path = append(path, hash)
	}
	origin, tree, err := openCheckpoint(message, keys)
	if err != nil {
		return err
	}
	result.Origin, result.Size, result.Root = origin, tree.N, tree.Hash.String()
	result.Entries = 1
	return tlog.CheckRecord(path, tree.N, tree.Hash, result.Index, tlog.RecordHash(entry))
}
