package sarif

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

type automationDetails struct {
	ID string `json:"id"`
}

type runProperties struct {
	Profile          string       `json:"profile"`
	ControlAccountID string       `json:"control_account_id"`
	ChecksDigest     string       `json:"checks_digest"`
	ConfigDigest     string       `json:"config_digest"`
	Counts           audit.Counts `json:"counts"`
}

type invocation struct {
	ExecutionSuccessful bool           `json:"executionSuccessful"`
	StartTimeUTC        string         `json:"startTimeUtc,omitempty"`
	EndTimeUTC          string         `json:"endTimeUtc,omitempty"`
	Notifications       []notification `json:"toolExecutionNotifications"`
}

type notification struct {
	Descriptor reference `json:"descriptor"`
	Level      string    `json:"level"`
	Message    message   `json:"message"`
	TimeUTC    string    `json:"timeUtc,omitempty"`
	Properties any       `json:"properties,omitempty"`
}

type reference struct {
	ID    string `json:"id"`
	Index int    `json:"index"`
}

type descriptor struct {
	ID               string  `json:"id"`
	ShortDescription message `json:"shortDescription"`
}

// The places of the notificationDescriptors.
const (
	cutShort = iota
	accountAccess
	unread
)

func notificationDescriptors() []descriptor {
	return []descriptor{
		cutShort:      {"cut-short", message{Text: "The run was cut short before it could judge."}},
		accountAccess: {"account-access", message{Text: "An account could not be entered, or its buckets could not be listed."}},
		unread:        {"unread", message{Text: "Something could not be read; what depends on it is open."}},
	}
}

// invocationOf tells how the run went. It was successful if it saw all that it
// was told to see.
func invocationOf(run *audit.Run) invocation {
	h := &run.Header
	i := invocation{
		ExecutionSuccessful: h.Result == audit.Complete, StartTimeUTC: stamp(h.StartedAt), EndTimeUTC: stamp(h.EndedAt),
		Notifications: []notification{},
	}
	if run.LeftOut.Everything {
		i.notify(h, cutShort, "error", "The run was cut short before it could judge.", nil)
	}
	for _, a := range h.Accounts {
		if a.Access != audit.AccessOK {
			i.notify(h, accountAccess, "error", fmt.Sprintf("Account %s: %s. Not all of its buckets need be among the results.", a.ID, a.Access), a)
		}
	}
	for _, u := range run.Unread {
		i.notify(h, unread, "warning", unreadText(&u), u)
	}
	return i
}

func (i *invocation) notify(h *audit.Header, what int, level, text string, properties any) {
	i.Notifications = append(i.Notifications, notification{
		Descriptor: reference{notificationDescriptors()[what].ID, what}, Level: level, Message: message{Text: text},
		TimeUTC: stamp(h.EndedAt), Properties: properties,
	})
}

func unreadText(u *audit.Unread) string {
	place := "account " + u.AccountID
	if u.Region != "" {
		place += ", " + u.Region
	}
	text := fmt.Sprintf("%s failed with %s, %d times, in %s.", u.Operation, u.ErrorCode, u.Count, place)
	if u.MissingPermission != "" {
		text += " The permission " + u.MissingPermission + " is missing."
	}
	return text
}
