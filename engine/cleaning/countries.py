"""One name for each country: ISO 3166 codes and common spellings brought together.

What is no country (Unspecified, European Community, Channel Islands) stays as it was said.
"""

# name|two letters|three letters|other spellings
_TABLE = """
Albania|AL|ALB
Algeria|DZ|DZA|Algerien|Algérie
Argentina|AR|ARG|Argentinien|Argentine
Armenia|AM|ARM
Australia|AU|AUS|Australien|Australie
Austria|AT|AUT|Österreich|Oesterreich|Autriche|Oostenrijk|Áustria
Azerbaijan|AZ|AZE
Bahrain|BH|BHR
Bangladesh|BD|BGD
Belarus|BY|BLR
Belgium|BE|BEL|Belgien|Belgique|België|Bélgica|Belgio
Bolivia|BO|BOL
Bosnia and Herzegovina|BA|BIH|Bosnia
Brazil|BR|BRA|Brasil|Brasilien|Brésil|Brasile
Bulgaria|BG|BGR|Bulgarien|Bulgarie
Cameroon|CM|CMR
Canada|CA|CAN|Kanada|Canadá
Chile|CL|CHL|Chili
China|CN|CHN|Chine|Cina|PRC|People's Republic of China
Colombia|CO|COL|Kolumbien
Costa Rica|CR|CRI
Croatia|HR|HRV|Kroatien|Croatie|Hrvatska
Cuba|CU|CUB
Cyprus|CY|CYP|Zypern|Chypre
Czech Republic|CZ|CZE|Czechia|Tschechien|Tschechische Republik|République tchèque|Česko
Denmark|DK|DNK|Dänemark|Danemark|Danmark|Dinamarca|Danimarca
Dominican Republic|DO|DOM
Ecuador|EC|ECU
Egypt|EG|EGY|Ägypten|Égypte|Egipto
Estonia|EE|EST|Estland|Estonie
Ethiopia|ET|ETH
Finland|FI|FIN|Finnland|Finlande|Suomi|Finlandia
France|FR|FRA|Frankreich|Francia|Frankrijk|França|Francja
Georgia|GE|GEO
Germany|DE|DEU|Deutschland|Allemagne|Alemania|Germania|Duitsland|Alemanha|Niemcy|GER
Ghana|GH|GHA
Greece|GR|GRC|Griechenland|Grèce|Grecia|Hellas
Guatemala|GT|GTM
Hong Kong|HK|HKG|Hong Kong SAR|Hongkong
Hungary|HU|HUN|Ungarn|Hongrie|Magyarország
Iceland|IS|ISL|Island|Islande
India|IN|IND|Indien|Inde
Indonesia|ID|IDN|Indonesien
Iran|IR|IRN
Iraq|IQ|IRQ
Ireland|IE|IRL|EIRE|Irland|Irlande|Irlanda|Ierland|Republic of Ireland
Israel|IL|ISR
Italy|IT|ITA|Italien|Italie|Italia|Italië|Itália|Włochy
Jamaica|JM|JAM
Japan|JP|JPN|Japon|Japón|Giappone
Jordan|JO|JOR
Kazakhstan|KZ|KAZ
Kenya|KE|KEN
Kuwait|KW|KWT
Latvia|LV|LVA|Lettland|Lettonie
Lebanon|LB|LBN|Libanon|Liban
Lithuania|LT|LTU|Litauen|Lituanie
Luxembourg|LU|LUX|Luxemburg|Lussemburgo
Malaysia|MY|MYS
Malta|MT|MLT|Malte
Mexico|MX|MEX|México|Mexiko|Mexique
Moldova|MD|MDA
Monaco|MC|MCO
Montenegro|ME|MNE
Morocco|MA|MAR|Marokko|Maroc|Marruecos
Netherlands|NL|NLD|Holland|The Netherlands|Nederland|Niederlande|Pays-Bas|Países Bajos|Paesi Bassi
New Zealand|NZ|NZL|Neuseeland|Nouvelle-Zélande
Nigeria|NG|NGA
Norway|NO|NOR|Norwegen|Norvège|Norge|Noruega|Norvegia
Oman|OM|OMN
Pakistan|PK|PAK
Panama|PA|PAN
Paraguay|PY|PRY
Peru|PE|PER|Perú|Pérou
Philippines|PH|PHL|Philippinen
Poland|PL|POL|Polen|Pologne|Polska|Polonia
Portugal|PT|PRT
Puerto Rico|PR|PRI
Qatar|QA|QAT
Romania|RO|ROU|Rumänien|Roumanie|România
Russia|RU|RUS|Russian Federation|Russland|Russie|Rusia
Saudi Arabia|SA|SAU|Saudi-Arabien|Arabie saoudite
Senegal|SN|SEN
Serbia|RS|SRB|Serbien|Serbie
Singapore|SG|SGP|Singapur|Singapour
Slovakia|SK|SVK|Slowakei|Slovaquie|Slovensko
Slovenia|SI|SVN|Slowenien|Slovénie|Slovenija
South Africa|ZA|ZAF|RSA|Südafrika|Afrique du Sud|Sudáfrica
South Korea|KR|KOR|Republic of Korea|Korea, Republic of|Südkorea|Corée du Sud
Spain|ES|ESP|Spanien|Espagne|España|Spagna|Spanje|Espanha|Hiszpania
Sri Lanka|LK|LKA
Sweden|SE|SWE|Schweden|Suède|Sverige|Suecia|Svezia|Zweden
Switzerland|CH|CHE|Schweiz|Suisse|Svizzera|Suiza|Zwitserland
Taiwan|TW|TWN
Thailand|TH|THA
Tunisia|TN|TUN|Tunesien|Tunisie
Turkey|TR|TUR|Türkiye|Türkei|Turquie|Turquía
Ukraine|UA|UKR
United Arab Emirates|AE|ARE|UAE|U.A.E.|Emirates
United Kingdom|GB|GBR|UK|U.K.|Great Britain|Vereinigtes Königreich|Royaume-Uni|Reino Unido|\
Regno Unito|Verenigd Koninkrijk|Großbritannien
United States|US|USA|U.S.|U.S.A.|United States of America|Vereinigte Staaten|États-Unis|\
Estados Unidos|Stati Uniti|Verenigde Staten
Uruguay|UY|URY
Uzbekistan|UZ|UZB
Venezuela|VE|VEN
Vietnam|VN|VNM|Viet Nam
"""

COUNTRIES: dict[str, str] = {
    spelling.casefold(): spellings[0]
    for spellings in (line.split("|") for line in _TABLE.strip().splitlines())
    for spelling in spellings
}
NO_COUNTRIES: frozenset[str] = frozenset(
    ("unspecified", "european community", "european union", "eu", "unknown", "other", "various")
)
