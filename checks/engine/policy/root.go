package policy

// onBucketPolicy reports whether the action is one that the root user of the
// bucket's account can always take, so that nobody is locked out: it can
// "perform the GetBucketPolicy, PutBucketPolicy, and DeleteBucketPolicy API
// actions, even if their bucket policy explicitly denies the root principal's
// access", and is blocked "by VPC endpoint policies and AWS Organizations policies"
// only ("PutBucketPolicy", Amazon S3 API Reference).
func onBucketPolicy(row int) bool {
	switch actions[row].name {
	case "s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy":
		return true
	default:
		return false
	}
}

// freeRoot returns the ARN of the bucket owner's root user if it is among those
// asked about and can always take the action, else nothing.
func (d *decision) freeRoot(row int) string {
	if d.asker.form != formAccount || d.asker.account != d.question.BucketAccount || !onBucketPolicy(row) {
		return ""
	}
	return d.asker.arn
}

// isFreeRoot reports whether the caller, with the keys as they are, is that
// root user.
func (d *decision) isFreeRoot(c *caller) bool {
	if d.root == "" || !c.unnamed {
		return false
	}
	if place := d.env.find(keyPrincipalArn); place >= 0 {
		return d.isRootArn(keyPrincipalArn, d.env.slots[place].current)
	}
	arn, _ := d.question.contextValue(principalArn, keyPrincipalArn)
	return d.isRootArn(keyPrincipalArn, keyValue{state: known, values: arn})
}

// aside has a role make the request of a witness that stands for any principal of
// the account, so that it is not taken for one of that root user.
func (d *decision) aside(w *Witness, layers *Layers) {
	_, given := d.question.contextValue(principalArn, keyPrincipalArn)
	for name := range w.Context {
		given = given || sameKey(name, keyPrincipalArn)
	}
	if given || d.root == "" || w.Principal != d.root {
		return
	}
	var documents []*Document
	layers.each(func(document *Document, _ place) { documents = append(documents, document) })
	w.Principal = FreshRole(d.asker.partition, d.asker.account, documents...)
}

// isRootArn reports whether a key of that value tells that root user.
func (d *decision) isRootArn(key string, value keyValue) bool {
	return d.root != "" && key == keyPrincipalArn && value.state == known && len(value.values) == 1 && value.values[0] == d.root
}

// bindsRoot reports whether the layer's policies can refuse that root user the
// action.
func (id layerID) bindsRoot() bool {
	return id == idSCP || id == idRCP || id == idEndpoint
}
