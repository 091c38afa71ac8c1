package com.acme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cdk8smetaparticle.$Module;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs what Main synthesizes on this machine: an extension for any project, to copy and to change. */
final class Cluster implements BeforeAllCallback, AfterAllCallback {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLDER = Path.of("target/cdk8s-metaparticle");

  private Process up;
  private JsonNode ready;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    Main.main(new String[0]);
    unpack();
    up = command("up", "dist", "--json").start();
    BufferedReader events = new BufferedReader(new InputStreamReader(up.getInputStream()));
    do {
      String line = events.readLine();
      if (line == null) throw new IllegalStateException("the cluster has not started: its error is above");
      ready = JSON.readTree(line);
    } while (!ready.get("event").asText().equals("ready"));
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (up == null) return;
    up.destroy();
    up.waitFor();
  }

  /** Where a Service is. */
  String url(String service) {
    for (JsonNode each : ready.get("services")) {
      if (each.get("name").asText().equals(service)) return each.get("url").asText();
    }
    throw new IllegalArgumentException("there is no Service " + service);
  }

  /** The pods of a Service, Deployment or StatefulSet: their name, group, labels, ip, ready, restarts… */
  List<JsonNode> pods(String target) throws Exception {
    List<JsonNode> pods = new ArrayList<>();
    for (String line : run("pods", target, "--json").split("\n")) pods.add(JSON.readTree(line));
    return pods;
  }

  /** Runs a command such as {@code kill} with its arguments, and answers what it writes. */
  String run(String... arguments) throws Exception {
    ProcessBuilder builder = command(arguments);
    builder.environment().put("CDK8S_METAPARTICLE_SOCKET", ready.get("socket").asText());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) throw new IllegalStateException(arguments[0] + " has failed: its error is above");
    return output;
  }

  private ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>(List.of("node", FOLDER + "/package/lib/local/cli.js"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT);
  }

  /** The jar holds the command line, and jsii needs Node anyway. */
  private static void unpack() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    Process tar = new ProcessBuilder("tar", "-xz", "-C", FOLDER.toString()).redirectError(Redirect.INHERIT).start();
    $Module module = new $Module();
    try (var bundle = module.getModuleClass().getResourceAsStream(module.getBundleResourceName());
        var input = tar.getOutputStream()) {
      bundle.transferTo(input);
    }
    if (tar.waitFor() != 0) throw new IOException("the command line cannot be unpacked");
  }
}
