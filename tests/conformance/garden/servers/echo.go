// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. What Go's net/http parsed: one line for each request in the file `log`.
package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"sync"
)

func main() {
	log, err := os.OpenFile("log", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	var one sync.Mutex
	echo := func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		line, _ := json.Marshal(map[string]string{
			"method": request.Method, "target": request.RequestURI,
			"host": request.Host, "body": string(body)})
		one.Lock()
		log.Write(append(line, '\n'))
		one.Unlock()
		io.WriteString(response, "ok\n")
	}
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(echo)))
}
