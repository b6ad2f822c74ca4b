using System.Text;
using System.Xml;

namespace SensorGrid.Ingest.Service.Warnings.Cap;

/// <summary>Bytes in, a tree of CAP's own elements out. A document type, and with it every entity beyond XML's five, is refused; what belongs to
/// another namespace (a signature) is passed over. Depth, elements and characters are bounded before anything is made of them.</summary>
internal static class CapXml
{
    public const string Namespace = "urn:oasis:names:tc:emergency:cap:1.2";

    /// <summary>Longest message. A weather office's with outlines in two languages has some 20 KiB.</summary>
    public const int MaxBytes = 256 * 1024;

    // alert/info/area/geocode/value has five; a signature may have more.
    private const int MaxDepth = 32;
    private const int MaxElements = 5_000;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxBytes,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <returns>The root, or null with the mistake.</returns>
    public static (CapElement? Root, CapMistake? Mistake) Read(ReadOnlyMemory<byte> message)
    {
        if (message.Length > MaxBytes)
            return (null, new("alert", 0, $"the message has {message.Length} bytes", $"at most {MaxBytes}"));
        try
        {
            using var bytes = new MemoryStream(message.ToArray(), writable: false);
            using var xml = XmlReader.Create(bytes, Settings);
            return ReadTree(xml);
        }
        catch (XmlException e)
        {
            return (null, new("alert", e.LineNumber, $"it cannot be read as XML: {e.Message}", "a well-formed XML document without a document type"));
        }
        catch (Exception e) when (e is ArgumentException or DecoderFallbackException or NotSupportedException)
        {
            // What the reader says of an encoding that it does not know.
            return (null, new("alert", 1, $"its characters cannot be read: {e.Message}", "a document in UTF-8"));
        }
    }

    private static (CapElement? Root, CapMistake? Mistake) ReadTree(XmlReader xml)
    {
        xml.MoveToContent();
        var position = (IXmlLineInfo)xml;
        if (xml.LocalName != "alert" || xml.NamespaceURI != Namespace)
        {
            string found = $"the root is <{xml.LocalName}> of namespace \"{xml.NamespaceURI}\"";
            return (null, new("alert", position.LineNumber, found, $"<alert xmlns=\"{Namespace}\">"));
        }
        var root = new CapElement("alert", "alert", position.LineNumber);
        var open = new Stack<CapElement>([root]);
        var text = new StringBuilder();
        int elements = 1;
        if (xml.IsEmptyElement)
            return (root, null);
        while (open.Count > 0 && xml.Read())
        {
            switch (xml.NodeType)
            {
                case XmlNodeType.Element:
                    if (++elements > MaxElements || xml.Depth > MaxDepth)
                        return (null, new(open.Peek().Path, position.LineNumber, "there are too many elements, or they stand too deep", $"at most {MaxElements}, {MaxDepth} deep"));
                    Enter(xml, open, position.LineNumber);
                    text.Clear();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                    text.Append(xml.Value);
                    break;
                case XmlNodeType.EndElement when xml.NamespaceURI == Namespace:
                    open.Pop().Text = text.ToString().Trim();
                    text.Clear();
                    break;
            }
        }
        // To the end, so that what stands behind the root is seen to be well-formed too.
        while (xml.Read())
        {
        }
        return (root, null);
    }

    private static void Enter(XmlReader xml, Stack<CapElement> open, int line)
    {
        var parent = open.Peek();
        if (xml.NamespaceURI != Namespace)
        {
            SkipForeign(xml);
            return;
        }
        int same = parent.Named(xml.LocalName).Count();
        var element = new CapElement(xml.LocalName, $"{parent.Path}/{xml.LocalName}{(same == 0 ? "" : $"[{same + 1}]")}", line);
        parent.Children.Add(element);
        if (!xml.IsEmptyElement)
            open.Push(element);
    }

    // Up to its end tag, and not beyond as Skip() goes: the loop reads on from here. What is inside counts in characters only.
    private static void SkipForeign(XmlReader xml)
    {
        if (xml.IsEmptyElement)
            return;
        int depth = xml.Depth;
        while (xml.Read() && (xml.NodeType != XmlNodeType.EndElement || xml.Depth > depth))
        {
            if (xml.Depth > MaxDepth)
                throw new XmlException($"elements stand more than {MaxDepth} deep");
        }
    }
}
