// Signs a request to the provider API and sends it; needs Go 1.21 and nothing else.
//
//	HEYAN_KEY=key_… HEYAN_SECRET=… go run sign.go GET 'http://127.0.0.1:8080/v1/filings?limit=5'
//	HEYAN_KEY=key_… HEYAN_SECRET=… go run sign.go POST http://127.0.0.1:8080/v1/filings filing.json
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

const scheme = "HEYAN1-HMAC-SHA256"

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func encode(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

func canonicalQuery(address *url.URL) string {
	var pairs []string
	for name, values := range address.Query() {
		for _, value := range values {
			pairs = append(pairs, encode(name)+"="+encode(value))
		}
	}
	sort.Strings(pairs)
	return strings.Join(pairs, "&")
}

// authorization signs everything in headers, whose names are in lower case.
func authorization(key, secret, method string, address *url.URL, headers map[string]string) string {
	var names []string
	for name := range headers {
		names = append(names, name)
	}
	sort.Strings(names)
	lines := ""
	for _, name := range names {
		lines += name + ":" + strings.TrimSpace(headers[name]) + "\n"
	}
	signed := strings.Join(names, ";")
	canonical := strings.Join([]string{method, address.EscapedPath(), canonicalQuery(address), lines, signed,
		headers["x-heyan-content-sha256"]}, "\n")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(scheme + "\n" + hash([]byte(canonical))))
	return fmt.Sprintf("%s Credential=%s, SignedHeaders=%s, Signature=%s", scheme, key, signed,
		hex.EncodeToString(mac.Sum(nil)))
}

func nonce() string {
	drawn := make([]byte, 16)
	if _, err := rand.Read(drawn); err != nil {
		panic(err)
	}
	return hex.EncodeToString(drawn)
}

func main() {
	method := os.Args[1]
	address, err := url.Parse(os.Args[2])
	if err != nil {
		panic(err)
	}
	var body []byte
	if len(os.Args) > 3 {
		if body, err = os.ReadFile(os.Args[3]); err != nil {
			panic(err)
		}
	}
	headers := map[string]string{
		"host":                   address.Host,
		"x-heyan-content-sha256": hash(body),
		"x-heyan-nonce":          nonce(),
		"x-heyan-timestamp":      strconv.FormatInt(time.Now().Unix(), 10),
	}
	if method != "GET" {
		headers["idempotency-key"] = nonce()
	}
	if len(body) > 0 {
		headers["content-type"] = "application/json"
	}
	request, err := http.NewRequest(method, address.String(), bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	for name, value := range headers {
		if name != "host" {
			request.Header.Set(name, value)
		}
	}
	request.Header.Set("authorization",
		authorization(os.Getenv("HEYAN_KEY"), os.Getenv("HEYAN_SECRET"), method, address, headers))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	fmt.Println(answer.StatusCode)
	fmt.Println(string(text))
}
