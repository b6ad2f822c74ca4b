using System.CommandLine;
using SensorGrid.Simulators.FieldTools;

namespace SensorGrid.Simulators.Cli.FieldTools;

/// <summary>The <c>decode</c> command: frames as JSON.</summary>
internal static class DecodeCommand
{
    public static Command Create(TimeProvider clock)
    {
        var protocol = new Argument<string>("PROTOCOL") { Description = "One of " + string.Join(", ", Decodings.Words) + "." };
        protocol.AcceptOnlyFromAmong([.. Decodings.Words]);
        var file = new Argument<string>("FILE") { Description = "A file of frames, one a line, as hexadecimal digits or text (of sparkplug-b a topic may stand before one, so that births name what follows); - reads standard input.", DefaultValueFactory = _ => "-" };
        var binary = new Option<bool>("--binary") { Description = "The input is the bytes themselves, such as a capture of a connection." };
        var command = new Command("decode", "Print each frame as one line of JSON, or why it is none. Exit code 1 when something was none.") { protocol, file, binary };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            string path = parsed.GetRequiredValue(file);
            var decoding = Decodings.Of(parsed.GetRequiredValue(protocol), clock.GetUtcNow().UtcTicks);
            try
            {
                await using var input = FieldInput.Open(path);
                if (parsed.GetValue(binary))
                {
                    using var whole = new MemoryStream();
                    await input.CopyToAsync(whole, cancellationToken);
                    Print(decoding, whole.ToArray(), output);
                }
                else
                {
                    using var reader = new StreamReader(input);
                    while (await reader.ReadLineAsync(cancellationToken) is { } line)
                    {
                        if (!string.IsNullOrWhiteSpace(line))
                            Print(decoding, FrameText.ToBytes(line), output);
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await error.WriteLineAsync($"{path}: {e.Message}");
                return 2;
            }
            return decoding.Errors == 0 ? 0 : 1;
        });
        return command;
    }

    private static void Print(IDecoding decoding, byte[] bytes, TextWriter output)
    {
        foreach (string line in decoding.Decode(bytes))
            output.WriteLine(line);
    }
}
