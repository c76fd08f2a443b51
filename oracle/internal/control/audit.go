package control

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"time"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

// auditRecord is one request that wanted to change something, as the API server saw it.
type auditRecord struct {
	At          time.Time `json:"at"`
	User        string    `json:"user"`
	UserAgent   string    `json:"userAgent"`
	Verb        string    `json:"verb"`
	APIGroup    string    `json:"apiGroup"`
	Resource    string    `json:"resource"`
	Subresource string    `json:"subresource"`
	Namespace   string    `json:"namespace"`
	Name        string    `json:"name"`
	DryRun      bool      `json:"dryRun"`
	Code        int32     `json:"code"`
}

// readAudit reads the log from its start; tests are short. A last line that is still being written is left for the
// next time.
func readAudit(file string) ([]auditRecord, error) {
	opened, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return []auditRecord{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	records := []auditRecord{}
	reader := bufio.NewReader(opened)
	for {
		line, err := reader.ReadBytes('\n')
		if err != nil {
			return records, nil
		}
		event := auditv1.Event{}
		if err := json.Unmarshal(line, &event); err != nil {
			return nil, err
		}
		if event.ObjectRef != nil {
			records = append(records, recordOf(event))
		}
	}
}

func recordOf(event auditv1.Event) auditRecord {
	record := auditRecord{
		At: event.RequestReceivedTimestamp.Time, User: event.User.Username, UserAgent: event.UserAgent, Verb: event.Verb,
		APIGroup: event.ObjectRef.APIGroup, Resource: event.ObjectRef.Resource, Subresource: event.ObjectRef.Subresource,
		Namespace: event.ObjectRef.Namespace, Name: event.ObjectRef.Name,
	}
	if address, err := url.Parse(event.RequestURI); err == nil {
		record.DryRun = address.Query().Has("dryRun")
	}
	if event.ResponseStatus != nil {
		record.Code = event.ResponseStatus.Code
	}
	return record
}
