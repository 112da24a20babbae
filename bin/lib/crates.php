<?php
/**
 * What is linked into a library: a bill of materials by CycloneDX, or the licences' texts. For bin/dist.
 *
 * Usage: cargo tree … --prefix depth --format '|{p}|{l}|{r}' | php crates.php sbom HOST VERSION RUST_VERSION SECONDS >closte.cdx.json
 *        … | php crates.php licences <the same> >THIRD-PARTY-LICENSES
 *
 * The same input gives the same bytes.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

/** The standard library's, of its two the one that is chosen. */
const RUST_LICENCE = <<<'TEXT'
	Copyright (c) The Rust Project contributors

	Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
	documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
	rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
	persons to whom the Software is furnished to do so, subject to the following conditions:

	The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
	Software.

	THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
	WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
	COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
	OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
	TEXT;

[, $command, $host, $version, $rust_version, $seconds] = $argv;

$root      = dirname( __DIR__, 2 );
$crates    = array();
$above     = array();
$checksums = array();

// Cargo.lock: the checksum follows name, version and source.
preg_match_all( '/^name = "(.+)"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"$/m', file_get_contents( "$root/Cargo.lock" ), $entries, PREG_SET_ORDER );
foreach ( $entries as $entry ) {
	$checksums[ "$entry[1]@$entry[2]" ] = $entry[3];
}

// Each line is below the last one that is less deep. A crate whose line ends with (*) has been seen, with what is below it.
foreach ( file( 'php://stdin', FILE_IGNORE_NEW_LINES ) as $line ) {
	if ( ! preg_match( '/^(\d+)\|(\S+) v(\S+)[^|]*\|([^|]*)\|(\S*)/', $line, $part ) ) {
		throw new RuntimeException( "cargo tree has printed “{$line}”" );
	}
	$id                    = "$part[2]@$part[3]";
	$above[ (int) $part[1] ] = $id;
	$crates[ $id ]       ??= array(
		'name'       => $part[2],
		'version'    => $part[3],
		'licence'    => strtr( $part[4], array( ' / ' => ' OR ', '/' => ' OR ' ) ),
		'repository' => $part[5],
		'needs'      => array(),
	);
	if ( (int) $part[1] > 0 ) {
		$crates[ $above[ (int) $part[1] - 1 ] ]['needs'][ $id ] = true;
	}
}
$ours = array_key_first( $crates );
ksort( $crates, SORT_STRING );

echo 'sbom' === $command
	? bill_of_materials( $crates, $ours, $checksums, $version, $rust_version, (int) $seconds )
	: licences( array_diff_key( $crates, array( $ours => true ) ), sources( $root, $host ) );

/**
 * CycloneDX 1.6, as JSON.
 *
 * @param array<string, array<string, mixed>> $crates By name@version.
 * @param string $ours Ours among them.
 * @param array<string, string> $checksums Of the crates' files, SHA-256.
 * @param string $version Of the release.
 * @param string $rust The compiler's version, whose standard library is linked in.
 * @param int $seconds The time of the release.
 */
function bill_of_materials( array $crates, string $ours, array $checksums, string $version, string $rust, int $seconds ): string {
	$components   = array();
	$dependencies = array();
	foreach ( $crates as $id => $crate ) {
		$needs = array_keys( $crate['needs'] );
		sort( $needs, SORT_STRING );
		if ( $id !== $ours ) {
			$components[] = component( $crate, "pkg:cargo/$id", $checksums[ $id ] ?? throw new RuntimeException( "$id is not in Cargo.lock" ) );
		} else {
			$needs[] = "std@$rust";
		}
		$dependencies[] = array(
			'ref'       => "pkg:cargo/$id",
			'dependsOn' => array_map( static fn( string $need ): string => "pkg:cargo/$need", $needs ),
		);
	}
	$standard_library = array(
		'name'       => 'std',
		'version'    => $rust,
		'licence'    => 'MIT OR Apache-2.0',
		'repository' => 'https://github.com/rust-lang/rust',
	);
	$components[]     = component( $standard_library, "pkg:cargo/std@$rust", null );
	$dependencies[]   = array(
		'ref'       => "pkg:cargo/std@$rust",
		'dependsOn' => array(),
	);

	$digest = hash( 'sha256', json_encode( array( $version, $components ) ) );
	return json_encode(
		array(
			'$schema'      => 'http://cyclonedx.org/schema/bom-1.6.schema.json',
			'bomFormat'    => 'CycloneDX',
			'specVersion'  => '1.6',
			// A version 8 UUID: of what the file says, so that the same release has the same.
			'serialNumber' => 'urn:uuid:' . preg_replace( '/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/', '$1-$2-8$3-8$4-$5', $digest ),
			'version'      => 1,
			'metadata'     => array(
				'timestamp'  => gmdate( 'Y-m-d\TH:i:s\Z', $seconds ),
				'lifecycles' => array( array( 'phase' => 'build' ) ),
				'component'  => array(
					'type'     => 'library',
					'bom-ref'  => "pkg:cargo/$ours",
					'name'     => 'closte',
					'version'  => $version,
					'licenses' => array( array( 'expression' => 'GPL-3.0-or-later' ) ),
				),
			),
			'components'   => $components,
			'dependencies' => $dependencies,
		),
		JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR
	) . "\n";
}

/**
 * A component of the bill.
 *
 * @param array<string, mixed> $crate The crate.
 * @param string $purl Its package URL.
 * @param string|null $checksum SHA-256 of its file, if it is a file.
 * @return array<string, mixed>
 */
function component( array $crate, string $purl, ?string $checksum ): array {
	$component = array(
		'type'     => 'library',
		'bom-ref'  => $purl,
		'name'     => $crate['name'],
		'version'  => $crate['version'],
		'scope'    => 'required',
		'licenses' => array( array( 'expression' => $crate['licence'] ) ),
		'purl'     => $purl,
	);
	if ( null !== $checksum ) {
		$component['hashes'] = array(
			array(
				'alg'     => 'SHA-256',
				'content' => $checksum,
			),
		);
	}
	if ( '' !== $crate['repository'] ) {
		$component['externalReferences'] = array(
			array(
				'type' => 'vcs',
				'url'  => $crate['repository'],
			),
		);
	}
	return $component;
}

/**
 * The folders of the crates' sources, by name@version.
 *
 * @param string $root The folder of Cargo.toml.
 * @param string $host The compiler's name of this system.
 * @return array<string, string>
 */
function sources( string $root, string $host ): array {
	$command  = 'cd ' . escapeshellarg( $root ) . ' && cargo metadata --format-version 1 --locked --filter-platform ' . escapeshellarg( $host );
	$metadata = json_decode( (string) shell_exec( $command ), true, 512, JSON_THROW_ON_ERROR );
	$sources  = array();
	foreach ( $metadata['packages'] as $package ) {
		$sources[ "{$package['name']}@{$package['version']}" ] = dirname( $package['manifest_path'] );
	}
	return $sources;
}

/**
 * The texts of the licences, each once, below the crates that it is of.
 *
 * @param array<string, array<string, mixed>> $crates By name@version.
 * @param array<string, string> $sources Their folders.
 */
function licences( array $crates, array $sources ): string {
	$of_text = array();
	$of_repo = array();
	$without = array();
	foreach ( $crates as $id => $crate ) {
		$files = glob( "$sources[$id]/{[Ll][Ii][Cc][Ee][Nn][CcSs][Ee],COPYING,COPYRIGHT,NOTICE,UNLICENSE}*", GLOB_BRACE );
		$files = array_filter( $files, 'is_file' );
		// Where MIT is one of several to choose from, it is chosen: its notice is all that it asks for.
		$mit = array_filter( $files, static fn( string $file ): bool => false !== stripos( basename( $file ), 'mit' ) );
		if ( $mit && str_contains( $crate['licence'], 'MIT' ) && ! str_contains( $crate['licence'], 'AND' ) ) {
			$files = $mit;
		}
		if ( ! $files ) {
			$without[ $id ] = $crate;
		}
		sort( $files, SORT_STRING );
		foreach ( $files as $file ) {
			$text = trim( preg_replace( '/[ \t]+$/m', '', strtr( file_get_contents( $file ), array( "\r\n" => "\n" ) ) ), "\n" );

			$of_text[ $text ][]                = $id;
			$of_repo[ $crate['repository'] ][] = $text;
		}
	}
	// A crate that has left its text in its repository, which another crate comes from.
	foreach ( $without as $id => $crate ) {
		foreach ( $of_repo[ $crate['repository'] ] ?? throw new RuntimeException( "there is no licence's text for $id" ) as $text ) {
			$of_text[ $text ][] = $id;
		}
	}
	$of_text[ RUST_LICENCE ][] = 'the Rust standard library';

	$printed = "The library contains the crates below, each under the licence that stands below its name.\n";
	foreach ( $of_text as $text => $ids ) {
		$rule     = str_repeat( '-', 78 );
		$printed .= "\n$rule\n" . wordwrap( implode( ', ', array_unique( $ids ) ), 78 ) . "\n$rule\n\n$text\n";
	}
	return $printed;
}
