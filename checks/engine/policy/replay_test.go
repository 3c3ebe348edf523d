package policy

import "testing"

// TestAnUnconfirmedRefusalIsTakenBack gives the replay a witness that is in
// fact allowed.
func TestAnUnconfirmedRefusalIsTakenBack(t *testing.T) {
	t.Parallel()
	bucket, err := Parse(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/a*"}]}`, Resource)
	if err != nil {
		t.Fatal(err)
	}
	q := Question{Principal: "111122223333", Action: "s3:GetObject", Bucket: "b", BucketAccount: "444455556666", UnknownByDefault: true}
	layers := &Layers{Bucket: bucket}
	for key, want := range map[string]AnswerKind{"z": Refused, "a": Undecided} {
		claim := Answer{Kind: Refused, Witness: &Witness{
			Principal: "arn:aws:iam::111122223333:root", Action: q.Action, Resource: "arn:aws:s3:::b/" + key, Context: map[string][]string{},
		}}
		if got := q.confirm(claim, layers); got.Kind != want {
			t.Errorf("a refusal of key %q becomes %s, want %s", key, got.Kind, want)
		}
	}
}
