// Signs a request to the provider API and sends it; needs Java 17 and nothing else.
//
//     HEYAN_KEY=key_… HEYAN_SECRET=… java Sign.java GET 'http://127.0.0.1:8080/v1/filings?limit=5'
//     HEYAN_KEY=key_… HEYAN_SECRET=… java Sign.java POST http://127.0.0.1:8080/v1/filings filing.json
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Sign {
  static final String SCHEME = "HEYAN1-HMAC-SHA256";

  static String sha256(byte[] data) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
  }

  static String canonicalPair(String pair) {
    String[] parts = pair.split("=", 2);
    String value = parts.length > 1 ? parts[1] : "";
    return encode(URLDecoder.decode(parts[0], StandardCharsets.UTF_8)) + "="
        + encode(URLDecoder.decode(value, StandardCharsets.UTF_8));
  }

  static String canonicalQuery(String query) {
    if (query == null) return "";
    return Arrays.stream(query.split("&")).map(Sign::canonicalPair).sorted().collect(Collectors.joining("&"));
  }

  /** The headers hold everything that is signed, names in lower case and in their order. */
  static String authorization(String key, String secret, String method, URI url, TreeMap<String, String> headers)
      throws Exception {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, String> header : headers.entrySet()) {
      lines.append(header.getKey()).append(':').append(header.getValue().trim()).append('\n');
    }
    String signed = String.join(";", headers.keySet());
    String canonical = String.join("\n", method, url.getRawPath(), canonicalQuery(url.getRawQuery()), lines, signed,
        headers.get("x-heyan-content-sha256"));
    String toSign = SCHEME + "\n" + sha256(canonical.getBytes(StandardCharsets.UTF_8));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String signature = HexFormat.of().formatHex(mac.doFinal(toSign.getBytes(StandardCharsets.UTF_8)));
    return SCHEME + " Credential=" + key + ", SignedHeaders=" + signed + ", Signature=" + signature;
  }

  public static void main(String[] arguments) throws Exception {
    String method = arguments[0];
    URI url = URI.create(arguments[1]);
    byte[] body = arguments.length > 2 ? Files.readAllBytes(Path.of(arguments[2])) : new byte[0];
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("host", url.getAuthority());
    headers.put("x-heyan-content-sha256", sha256(body));
    headers.put("x-heyan-nonce", UUID.randomUUID().toString());
    headers.put("x-heyan-timestamp", String.valueOf(Instant.now().getEpochSecond()));
    if (!method.equals("GET")) headers.put("idempotency-key", UUID.randomUUID().toString());
    if (body.length > 0) headers.put("content-type", "application/json");
    String authorization =
        authorization(System.getenv("HEYAN_KEY"), System.getenv("HEYAN_SECRET"), method, url, headers);
    HttpRequest.Builder request = HttpRequest.newBuilder(url).version(HttpClient.Version.HTTP_1_1)
        .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    // The client sets the host by itself.
    headers.forEach((name, value) -> { if (!name.equals("host")) request.header(name, value); });
    request.header("authorization", authorization);
    HttpResponse<String> answer = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    System.out.println(answer.statusCode());
    System.out.println(answer.body());
  }
}
