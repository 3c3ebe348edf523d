package main

import (
	"sync"
	"sync/atomic"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
)

// callLog counts the requests to AWS and logs what a person should know of
// them: throttling, once per account, region and service. A request that
// fails ends as a Reading, and is logged with the findings.
type callLog struct {
	log             *zap.Logger
	sent, throttled atomic.Int64
	told            sync.Map // of place
}

type place struct {
	account, region string
	service         awsapi.Service
}

func (l *callLog) observe(c awsapi.Call) {
	l.sent.Add(1)
	level, message := zap.DebugLevel, "request"
	if c.Throttled {
		l.throttled.Add(1)
		if _, told := l.told.LoadOrStore(place{c.AccountID, c.Region, c.Service}, true); !told {
			level, message = zap.WarnLevel, "throttled by AWS, slowing down"
		}
	}
	if entry := l.log.Check(level, message); entry != nil {
		entry.Write(
			zap.String("service", string(c.Service)), zap.String("operation", c.Operation), zap.String("account_id", c.AccountID),
			zap.String("region", c.Region), zap.String("code", c.Code), zap.Duration("took", c.Duration),
		)
	}
}
