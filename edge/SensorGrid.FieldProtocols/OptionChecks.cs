using System.ComponentModel.DataAnnotations;

namespace SensorGrid.FieldProtocols;

internal static class OptionChecks
{
    /// <summary>What the attributes of an options record refuse, one sentence each.</summary>
    public static IReadOnlyList<string> ErrorsOf(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.ConvertAll(result => result.ErrorMessage ?? result.ToString());
    }
}
