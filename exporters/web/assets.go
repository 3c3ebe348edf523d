package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// asset is a file that the pages load. Its name has a digest of it, so that
// browsers may keep it for ever.
type asset struct {
	mediaType     string
	plain, packed []byte
}

type assets struct {
	byName map[string]asset
	names  map[string]string // with the digest, by the name of the file
}

func newAssets() assets {
	a := assets{map[string]asset{}, map[string]string{}}
	for file, mediaType := range map[string]string{
		"style.css": "text/css; charset=utf-8", "keys.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
	} {
		text, err := assetFiles.ReadFile("assets/" + file)
		if err != nil {
			panic(err) // it is in the program
		}
		sum := sha256.Sum256(text)
		stem, extension, _ := strings.Cut(file, ".")
		name := stem + "-" + hex.EncodeToString(sum[:6]) + "." + extension
		a.byName[name], a.names[file] = asset{mediaType, text, pack(text)}, name
	}
	return a
}

func pack(text []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(text) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	file, ok := a.byName[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	header, body := w.Header(), file.plain
	header.Set("Content-Type", file.mediaType)
	header.Set("Cache-Control", "private, max-age=31536000, immutable")
	header.Add("Vary", "Accept-Encoding")
	if acceptsGzip(r) {
		header.Set("Content-Encoding", "gzip")
		body = file.packed
	}
	_, _ = w.Write(body) // a client that is gone needs no answer
}
