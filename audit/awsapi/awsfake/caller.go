package awsfake

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// HomeAccessKeyID is the base access key of [Estate.Home]; [Server.Env] hands it to the program
// under test.
const HomeAccessKeyID = "AKIAFAKEHOMEACCOUNT0"

// caller is the principal behind an access key.
type caller struct {
	account *account
	key     string
	arn     string
	userID  string
	// token is the session token that has to come with the key; empty for a base key.
	token string
}

// keyring knows every access key. Base keys never change; sessions are added by sts:AssumeRole.
type keyring struct {
	mu   sync.RWMutex
	keys map[string]*caller
}

func newKeyring(x *index) *keyring {
	k := &keyring{keys: map[string]*caller{}}
	k.addBase(HomeAccessKeyID, x.accounts[x.estate.Home])
	for _, a := range x.accounts {
		if a.AccessKeyID != "" {
			k.addBase(a.AccessKeyID, a)
		}
	}
	return k
}

func (k *keyring) addBase(key string, a *account) {
	if k.keys[key] != nil {
		panic(fmt.Sprintf("awsfake: access key %s belongs to two accounts", key))
	}
	arn := fmt.Sprintf("arn:%s:iam::%s:user/auditor", a.Partition, a.ID)
	k.keys[key] = &caller{account: a, key: key, arn: arn, userID: uniqueID("AIDA", arn)}
}

// open makes a session of the role. Its access key spells the account and the number of the
// session.
func (k *keyring) open(r *role, session string) *caller {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := &caller{
		account: r.account,
		key:     fmt.Sprintf("ASIA%s%08X", r.account.ID, len(k.keys)),
		arn: fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s/%s",
			r.account.Partition, r.account.ID, r.Name, session),
		userID: r.id + ":" + session,
	}
	c.token = "session-token-of-" + c.key
	k.keys[c.key] = c
	return c
}

func (k *keyring) find(key string) *caller {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys[key]
}

// credential is the credential scope of a signature: who signs, for which region and service.
type credential struct{ key, region, service string }

// parseCredential reads the Authorization header of Signature Version 4 (IAM User Guide, "Elements
// of an AWS API request signature"). An unsigned request has the zero credential.
func parseCredential(h http.Header) credential {
	_, rest, ok := strings.Cut(h.Get("Authorization"), "Credential=")
	if !ok {
		return credential{}
	}
	scope, _, _ := strings.Cut(rest, ",")
	part := strings.Split(strings.TrimSpace(scope), "/")
	if len(part) != 5 {
		return credential{}
	}
	return credential{key: part[0], region: part[2], service: part[3]}
}

// authenticate gives the caller behind the request, or none where the key is unknown or comes
// without its session token.
func (k *keyring) authenticate(c credential, h http.Header) *caller {
	found := k.find(c.key)
	if found == nil || found.token != h.Get("X-Amz-Security-Token") {
		return nil
	}
	return found
}
