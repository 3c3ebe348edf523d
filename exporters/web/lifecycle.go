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
	switch err := h.StartRun(); {
	case err == nil:
		answerJSON(w, http.StatusAccepted, struct {
			Status string `json:"status"`
		}{"started"})
	case errors.Is(err, ErrBusy):
		answerError(w, http.StatusConflict, ErrBusy.Error())
	default:
		h.Log.Error("starting a run that was asked for", zap.Error(err))
		answerError(w, http.StatusServiceUnavailable, "the run could not be started; the log says why")
	}
}
