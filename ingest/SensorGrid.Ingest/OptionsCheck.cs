using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Globalization;

namespace SensorGrid.Ingest;

/// <summary>Checks an options record by its range attributes and names the setting to change.</summary>
internal static class OptionsCheck
{
    public static List<string> Of(string section, object options)
    {
        var errors = new List<string>();
        foreach (var property in options.GetType().GetProperties())
        {
            object? value = property.GetValue(options);
            foreach (var rule in property.GetCustomAttributes(typeof(ValidationAttribute), inherit: false).Cast<ValidationAttribute>())
            {
                if (rule.IsValid(value))
                    continue;
                string given = Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? $"is {text}" : "is empty";
                string wanted = rule switch
                {
                    RangeAttribute range => $"must be between {range.Minimum} and {range.Maximum}",
                    RequiredAttribute => "must be given",
                    StringLengthAttribute length => $"must have {length.MinimumLength} to {length.MaximumLength} characters",
                    EnumDataTypeAttribute words => $"must be one of {string.Join(", ", Enum.GetNames(words.EnumType))}",
                    _ => throw new UnreachableException($"No words for {rule.GetType().Name}."),
                };
                errors.Add($"{section}:{property.Name} {given}: it {wanted}.");
            }
        }
        return errors;
    }
}
