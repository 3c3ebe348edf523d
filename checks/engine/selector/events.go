package selector

// An Event is one S3 data event, as far as selectors can see it. Fields that no
// selector in play filters on hold the value that is usual for S3.
type Event struct {
	Name     string // eventName: GetObject
	ReadOnly bool   // readOnly
	ARN      string // resources.ARN
	Key      string // the object's key; empty for an event of the bucket as a whole
	Type     string // eventType: AwsApiCall
	// FromConsole is sessionCredentialFromConsole; the record has it only if true.
	FromConsole bool
	// Principal is userIdentity.arn, empty where no selector in play filters on it.
	Principal string
	// Unnamed says that the record carries no userIdentity.arn (a call by an AWS
	// service, an anonymous request) and that a selector in play filters on it.
	Unnamed bool
}

// The values of an S3 data event's fields that do not vary (CloudTrail User
// Guide, "CloudTrail record contents").
const (
	objectType  = "AWS::S3::Object"
	bucketType  = "AWS::S3::Bucket"
	dataEvents  = "Data"
	eventSource = "s3.amazonaws.com"
)

// eventTypes are the eventType values that a data event can carry: a call to the
// API, or what the service did by itself (CloudTrail User Guide, "CloudTrail
// record contents", eventType). The others belong to the console and to network
// activity events.
var eventTypes = []string{"AwsApiCall", "AwsServiceEvent"}

type eventName struct {
	name string
	read bool
	// whole marks an operation on the bucket that is logged as a data event. Its
	// resource is the bucket's beginning (ARNPrefix in the record) or that of a
	// listing, not a key.
	whole bool
}

// eventNames are the operations logged for AWS::S3::Object with the value of
// readOnly (Amazon S3 User Guide, "Amazon S3 CloudTrail events"). The first of
// each class stands for the class wherever names make no difference. A name that
// S3 adds later is covered by asking about names that are not listed here.
var eventNames = []eventName{
	{name: "GetObject", read: true},
	{name: "HeadObject", read: true},
	{name: "GetObjectAcl", read: true},
	{name: "GetObjectAttributes", read: true},
	{name: "GetObjectLegalHold", read: true},
	{name: "GetObjectRetention", read: true},
	{name: "GetObjectTagging", read: true},
	{name: "GetObjectTorrent", read: true},
	{name: "ListParts", read: true},
	{name: "SelectObjectContent", read: true},
	{name: "HeadBucket", read: true, whole: true},
	{name: "ListObjectVersions", read: true, whole: true},
	{name: "ListObjects", read: true, whole: true},
	{name: "PutObject"},
	{name: "DeleteObject"},
	{name: "CopyObject"},
	{name: "PostObject"},
	{name: "CreateMultipartUpload"},
	{name: "UploadPart"},
	{name: "UploadPartCopy"},
	{name: "CompleteMultipartUpload"},
	{name: "AbortMultipartUpload"},
	{name: "RestoreObject"},
	{name: "PutObjectAcl"},
	{name: "PutObjectLegalHold"},
	{name: "PutObjectRetention"},
	{name: "PutObjectTagging"},
	{name: "DeleteObjectTagging"},
	{name: "DeleteObjects", whole: true},
}

func known(name string) bool {
	for _, n := range eventNames {
		if n.name == name {
			return true
		}
	}
	return false
}

// String shows the event in one line, as people name it.
func (e *Event) String() string {
	s := e.Name + " " + e.ARN
	if e.Type != eventTypes[0] {
		s += ", eventType " + e.Type
	}
	if e.FromConsole {
		s += ", from a console session"
	}
	if e.Principal != "" {
		s += ", by " + e.Principal
	}
	if e.Unnamed {
		s += ", by a caller without an ARN"
	}
	return s
}
