// What a Go user would write today: net/http, Stripe's own library for the signature, franz-go, and 200
// when the broker has the event.
package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/stripe/stripe-go/v82/webhook"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	key := os.Getenv("STRIPE_WEBHOOK_SECRET")
	client, err := kgo.NewClient(
		kgo.SeedBrokers(os.Args[2]),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerLinger(3*time.Millisecond),
		kgo.ProducerBatchCompression(kgo.Lz4Compression()),
	)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/stripe/webhook", func(out http.ResponseWriter, in *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(out, in.Body, 1<<20))
		if err != nil {
			http.Error(out, "body", http.StatusRequestEntityTooLarge)
			return
		}
		event, err := webhook.ConstructEventWithOptions(body, in.Header.Get("Stripe-Signature"), key,
			webhook.ConstructEventOptions{IgnoreAPIVersionMismatch: true})
		if err != nil {
			http.Error(out, "signature", http.StatusBadRequest)
			return
		}
		entry := &kgo.Record{Topic: "stripe.events", Key: []byte(event.ID), Value: body}
		within, cancel := context.WithTimeout(in.Context(), 8*time.Second)
		defer cancel()
		if err := client.ProduceSync(within, entry).FirstErr(); err != nil {
			http.Error(out, "log", http.StatusServiceUnavailable)
		}
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
