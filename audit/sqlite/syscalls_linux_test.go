//go:build amd64 || arm64

package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// change is a call by which SQLite is about to change a file.
type change struct {
	file string // base name
	// A write is of data at an offset; anything else (ftruncate, unlink) has
	// no data.
	data   []byte
	offset int64
}

// onChange has every call by which SQLite changes a file of the directory
// asked first: with an error number other than 0 it fails without being made.
// It goes through sqlite3_vfs.xSetSystemCall, which exists for such tests
// (sqlite.org/c3ref/vfs.html), and is for the whole process: no other test
// may run meanwhile.
func onChange(t *testing.T, dir string, ask func(change) syscall.Errno) {
	t.Helper()
	tls := libc.NewTLS()
	vfs := (*lib.Tsqlite3_vfs)(pointer(lib.Xsqlite3_vfs_find(tls, 0)))
	get := *(*func(*libc.TLS, uintptr, uintptr) uintptr)(unsafe.Pointer(&struct{ uintptr }{vfs.FxGetSystemCall}))
	set := *(*func(*libc.TLS, uintptr, uintptr, uintptr) int32)(unsafe.Pointer(&struct{ uintptr }{vfs.FxSetSystemCall}))
	self := uintptr(unsafe.Pointer(vfs))
	asked := func(tls *libc.TLS, name string, data []byte, offset int64) bool {
		if filepath.Dir(name) != dir || strings.HasSuffix(name, "-shm") {
			return true
		}
		errno := ask(change{filepath.Base(name), data, offset})
		if errno != 0 {
			*(*int32)(pointer(libc.X__errno_location(tls))) = int32(errno)
		}
		return errno == 0
	}
	replace := func(name string, with func(original uintptr) any) {
		text, err := libc.CString(name)
		if err != nil {
			t.Fatal(err)
		}
		original := get(tls, self, text)
		if original == 0 {
			return // SQLite was built without it
		}
		call := with(original)
		if rc := set(tls, self, text, (*[2]uintptr)(unsafe.Pointer(&call))[1]); rc != 0 {
			t.Fatalf("%s cannot be replaced: %d", name, rc)
		}
		t.Cleanup(func() {
			set(tls, self, text, original)
			runtime.KeepAlive(call)
		})
	}
	replace("write", func(original uintptr) any {
		do := *(*func(*libc.TLS, int32, uintptr, uint64) int64)(unsafe.Pointer(&struct{ uintptr }{original}))
		return func(tls *libc.TLS, fd int32, from uintptr, n uint64) int64 {
			at, _ := syscall.Seek(int(fd), 0, 1)
			if !asked(tls, nameOf(fd), bytesAt(from, n), at) {
				return -1
			}
			return do(tls, fd, from, n)
		}
	})
	for _, name := range []string{"pwrite", "pwrite64"} {
		replace(name, func(original uintptr) any {
			do := *(*func(*libc.TLS, int32, uintptr, uint64, int64) int64)(unsafe.Pointer(&struct{ uintptr }{original}))
			return func(tls *libc.TLS, fd int32, from uintptr, n uint64, at int64) int64 {
				if !asked(tls, nameOf(fd), bytesAt(from, n), at) {
					return -1
				}
				return do(tls, fd, from, n, at)
			}
		})
	}
	replace("ftruncate", func(original uintptr) any {
		do := *(*func(*libc.TLS, int32, int64) int32)(unsafe.Pointer(&struct{ uintptr }{original}))
		return func(tls *libc.TLS, fd int32, size int64) int32 {
			if !asked(tls, nameOf(fd), nil, 0) {
				return -1
			}
			return do(tls, fd, size)
		}
	})
	replace("unlink", func(original uintptr) any {
		do := *(*func(*libc.TLS, uintptr) int32)(unsafe.Pointer(&struct{ uintptr }{original}))
		return func(tls *libc.TLS, name uintptr) int32 {
			if !asked(tls, libc.GoString(name), nil, 0) {
				return -1
			}
			return do(tls, name)
		}
	})
}

func nameOf(fd int32) string {
	name, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
	if err != nil {
		return ""
	}
	return name
}

func bytesAt(p uintptr, n uint64) []byte {
	return append([]byte{}, unsafe.Slice((*byte)(pointer(p)), n)...)
}

// pointer is the address that SQLite uses, in memory that is not Go's.
func pointer(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }
