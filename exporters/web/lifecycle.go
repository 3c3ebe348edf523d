package web

import (
	"errors"
	"net/http"

	"go.uber.org/zap"
)

// refused tells why a request that changes something is forbidden; "" if it
// is not.
func (h *handler) refused(r *http.Request) string {
	switch {
	case h.cross.Check(r) != nil:
		return "the request comes from another site"
	case !h.Lifecycle:
		return "this is off; --web.enable-lifecycle switches it on"
	default:
		return ""
	}
}

func (h *handler) reload(w http.ResponseWriter, r *http.Request) {
	if why := h.refused(r); why != "" {
		answer(w, http.StatusForbidden, "Forbidden: "+why+".")
		return
	}
	if err := h.Reload(r.Context()); err != nil {
		answer(w, http.StatusInternalServerError, "The configuration is as it was: "+err.Error())
		return
	}
	answer(w, http.StatusOK, "The configuration is reloaded.")
}

func (h *handler) startRun(w http.ResponseWriter, r *http.Request) {
	if why := h.refused(r); why != "" {
		answerError(w, http.StatusForbidden, why)
		return
	}
	status, what := h.begin()
	if status != http.StatusAccepted {
		answerError(w, status, what)
		return
	}
	answerJSON(w, status, struct {
		Status string `json:"status"`
	}{what})
}

// begin begins a run, and tells what came of it.
func (h *handler) begin() (status int, what string) {
	switch err := h.StartRun(); {
	case err == nil:
		return http.StatusAccepted, "started"
	case errors.Is(err, ErrBusy):
		return http.StatusConflict, ErrBusy.Error()
	default:
		h.Log.Error("starting a run that was asked for", zap.Error(err))
		return http.StatusServiceUnavailable, "the run could not be started; the log says why"
	}
}
