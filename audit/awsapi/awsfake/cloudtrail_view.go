package awsfake

// trailView is a trail as DescribeTrails shows it.
type trailView struct {
	Name                       string
	S3BucketName               string
	S3KeyPrefix                string `json:",omitempty"`
	KmsKeyID                   string `json:"KmsKeyId,omitempty"`
	TrailARN                   string
	HomeRegion                 string
	IsMultiRegionTrail         bool
	IsOrganizationTrail        bool
	IncludeGlobalServiceEvents bool
	LogFileValidationEnabled   bool
	HasCustomEventSelectors    bool
	HasInsightSelectors        bool
}

func (t *trail) view() trailView {
	return trailView{
		Name: t.Name, S3BucketName: t.S3BucketName, S3KeyPrefix: t.S3KeyPrefix, KmsKeyID: t.KMSKeyID,
		TrailARN: t.arn, HomeRegion: t.HomeRegion,
		IsMultiRegionTrail: t.MultiRegion, IsOrganizationTrail: t.Organization,
		IncludeGlobalServiceEvents: true, LogFileValidationEnabled: true,
		HasCustomEventSelectors: len(t.EventSelectors)+len(t.AdvancedEventSelectors) > 0,
	}
}

// trailStatus is what GetTrailStatus tells; times are epoch seconds.
type trailStatus struct {
	IsLogging           bool
	LatestDeliveryError string  `json:",omitempty"`
	LatestDeliveryTime  float64 `json:",omitempty"`
}

func (t *trail) status() trailStatus {
	s := trailStatus{IsLogging: !t.Stopped, LatestDeliveryError: t.LatestDeliveryError}
	if !t.LatestDeliveryTime.IsZero() {
		s.LatestDeliveryTime = float64(t.LatestDeliveryTime.UnixMilli()) / 1000
	}
	return s
}

// trailSelectors is what GetEventSelectors tells: the basic or the advanced ones.
type trailSelectors struct {
	TrailARN               string
	EventSelectors         []EventSelector         `json:",omitempty"`
	AdvancedEventSelectors []AdvancedEventSelector `json:",omitempty"`
}

func (t *trail) selectors() trailSelectors {
	out := trailSelectors{TrailARN: t.arn, AdvancedEventSelectors: t.AdvancedEventSelectors}
	if len(t.AdvancedEventSelectors) > 0 {
		return out
	}
	basic := t.EventSelectors
	if len(basic) == 0 {
		basic = []EventSelector{{IncludeManagementEvents: true}}
	}
	for _, s := range basic {
		if s.ReadWriteType == "" {
			s.ReadWriteType = "All"
		}
		if s.DataResources == nil {
			s.DataResources = []DataResource{}
		}
		if s.ExcludeManagementEventSources == nil {
			s.ExcludeManagementEventSources = []string{}
		}
		out.EventSelectors = append(out.EventSelectors, s)
	}
	return out
}
