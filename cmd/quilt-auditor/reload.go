package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/config"
)

// reloader reads the configuration again, one time after the other.
type reloader struct {
	service *service
	mu      sync.Mutex
}

// reload makes the daemon go by what the configuration says now. If anything
// of it is wrong, everything stays as it was.
func (r *reloader) reload(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.service
	plan, err := s.estate.plan(ctx, s.page, s.log)
	if err == nil {
		err = s.daemon.Use(plan)
	}
	s.page.Reloaded(err == nil, time.Now())
	if err != nil {
		logProblems(s.log, err)
		return err
	}
	s.log.Info("reloaded the configuration")
	return nil
}

// logProblems gives each thing that is wrong a line of its own.
func logProblems(log *zap.Logger, err error) {
	const message = "the configuration was not reloaded, the old one stays active"
	var invalid *config.Error
	if !errors.As(err, &invalid) {
		log.Error(message, zap.Error(err))
		return
	}
	for _, problem := range invalid.Problems {
		log.Error(message, zap.Stringer("problem", problem))
	}
}
