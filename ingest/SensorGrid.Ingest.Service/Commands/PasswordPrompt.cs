using System.Text;
using Terminal = System.Console;

namespace SensorGrid.Ingest.Service.Commands;

/// <summary>Reads a password: a line of what is piped in, or keys that are not shown.</summary>
internal static class PasswordPrompt
{
    // RS0030: this is about the terminal.
#pragma warning disable RS0030
    public static string? Read(string prompt)
    {
        if (Terminal.IsInputRedirected)
            return Terminal.In.ReadLine();
        Terminal.Error.Write(prompt);
        var typed = new StringBuilder();
        while (Terminal.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (key.KeyChar != '\0')
                typed.Append(key.KeyChar);
        }
        Terminal.Error.WriteLine();
        return typed.ToString();
    }
#pragma warning restore RS0030
}
