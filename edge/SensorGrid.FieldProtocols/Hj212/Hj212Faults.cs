namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Words for what is wrong with a packet as a whole, and for what of a good one cannot be used. Stable: counters and tests use them.</summary>
public static class Hj212Faults
{
    /// <summary>The check does not fit, though the packet ends where its length says.</summary>
    public const string CrcMismatch = "crc_mismatch";

    /// <summary>The packet does not end where its length says. A fault when the check does not fit the real end either, else a problem.</summary>
    public const string LengthMismatch = "length_mismatch";

    /// <summary>What came ends before the packet does.</summary>
    public const string Truncated = "truncated";

    /// <summary>No four digits behind <c>##</c>. A fault, or a problem where the check fits up to the line's end.</summary>
    public const string LengthNotFourDigits = "length_not_four_digits";

    /// <summary>The length is above the limit.</summary>
    public const string LengthTooLarge = "length_too_large";

    /// <summary>The check fits, but there is no <c>CP=&amp;&amp; … &amp;&amp;</c>.</summary>
    public const string NoDataArea = "no_data_area";

    /// <summary>Problem: no time of acquisition, or one that does not exist; the time of arrival stands in, quality suspect.</summary>
    public const string BadTime = "bad_time";

    /// <summary>Problem: a value that should be a number is none.</summary>
    public const string BadNumber = "bad_number";

    /// <summary>Problem: an item without <c>=</c>, or without a key.</summary>
    public const string BadItem = "bad_item";

    /// <summary>Problem: a data mark that no edition has; the value is kept as suspect.</summary>
    public const string UnknownMark = "unknown_mark";

    /// <summary>Problem: a key too long for a name.</summary>
    public const string NameTooLong = "name_too_long";

    /// <summary>Problem: a text longer than 65,535 bytes.</summary>
    public const string TextTooLong = "text_too_long";

    /// <summary>Problem: the data area is encrypted and no key fits.</summary>
    public const string NotDecrypted = "not_decrypted";

    /// <summary>Problem: the packet names no station.</summary>
    public const string NoStation = "no_station";
}
