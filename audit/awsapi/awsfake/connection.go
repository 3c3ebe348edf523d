package awsfake

import (
	"crypto/tls"
	"net"
	"net/http"
	"strconv"
)

// reset takes the connection from the HTTP server and closes it so that the kernel sends RST: the
// client reads "connection reset by peer".
func reset(w http.ResponseWriter) {
	conn := takeOver(w)
	if secured, ok := conn.(*tls.Conn); ok {
		// The TLS layer would say goodbye first; the TCP layer below does not.
		conn = secured.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		// A socket that is already gone needs no reset.
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// truncate promises the whole body and closes the connection after half of it.
func truncate(w http.ResponseWriter, a answer) {
	conn := takeOver(w)
	head := "HTTP/1.1 " + strconv.Itoa(a.status) + " " + http.StatusText(a.status) +
		"\r\nContent-Type: " + a.contentType +
		"\r\nContent-Length: " + strconv.Itoa(len(a.body)) + "\r\n\r\n"
	// The client may have gone; there is nobody left to tell.
	_, _ = conn.Write(append([]byte(head), a.body[:len(a.body)/2]...))
	_ = conn.Close()
}

func takeOver(w http.ResponseWriter) net.Conn {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		panic("awsfake: Reset and Truncate need a connection that can be taken over: HTTP/1.1 on a real listener")
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		panic("awsfake: take over connection: " + err.Error())
	}
	return conn
}
