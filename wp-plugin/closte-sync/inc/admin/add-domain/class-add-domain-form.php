<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Add_Domain;

use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Add_Option;
use ClosteSync\Operations\Refusal;

/**
 * The form that adds a domain to a site. Who may send it, and where to, is up to the screen that shows it.
 */
final class Add_Domain_Form {

	/**
	 * @param string  $url         Where it is sent.
	 * @param string  $hidden      Hidden fields, escaped: the nonce.
	 * @param string  $preview     Path of the route that checks a name as it is typed.
	 * @param ?string $site_search Path of the route that suggests sites; null: the site is not asked for.
	 * @param int     $blog_id     The site, where it is not asked for.
	 */
	public function __construct(
		private readonly string $url,
		private readonly string $hidden,
		private readonly string $preview,
		private readonly ?string $site_search,
		private readonly int $blog_id = 0,
	) {}

	/**
	 * @param list<Add_Option> $offers        The ways in which the domain can be added.
	 * @param string      $verdict       What is said of the domain, escaped.
	 * @param string      $site_verdict  Which site is meant, or what is wrong with it, escaped.
	 * @param string      $dns           What DNS says, escaped.
	 * @param bool        $is_refused    Whether the domain cannot be added.
	 * @param string      $to_confirm    What the button agrees to; '': nothing is asked.
	 */
	public function show(
		Add_Domain_Request $typed,
		array $offers,
		string $verdict,
		string $site_verdict,
		string $dns,
		bool $is_refused,
		string $to_confirm = '',
	): void {
		printf(
			'<form method="post" action="%1$s" class="closte-sync-add" data-preview="%2$s" data-sites="%3$s" data-site="%4$s" data-checking="%5$s" data-failed="%6$s" data-sites-found="%8$s" data-no-site="%9$s">%7$s<table class="form-table" role="presentation"><tbody>',
			esc_url( $this->url ),
			esc_attr( $this->preview ),
			esc_attr( (string) $this->site_search ),
			esc_attr( 0 === $this->blog_id ? '' : (string) $this->blog_id ),
			esc_attr__( 'Checking the domain…', 'closte-sync' ),
			esc_attr__( 'The domain could not be checked. You can add it all the same.', 'closte-sync' ),
			$this->hidden, // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped by who gives it.
			/* translators: %d: number of sites; spoken when sites are suggested */
			esc_attr__( 'Sites found: %d. Choose one with the up and down arrow keys.', 'closte-sync' ),
			esc_attr__( 'No sites found.', 'closte-sync' )
		);

		$is_site_wrong = str_contains( $site_verdict, 'is-bad' );

		if ( null !== $this->site_search ) {
			$this->show_site( $typed, $site_verdict, self::invalid( $is_site_wrong, true ) );
		}

		$this->show_domain( $typed, $verdict, self::invalid( $is_refused, ! $is_site_wrong ) );
		printf(
			'<tr><th scope="row">%1$s</th><td><fieldset><legend class="screen-reader-text">%1$s</legend><div id="closte-sync-add-ways">%2$s</div></fieldset></td></tr></tbody></table>',
			esc_html__( 'How', 'closte-sync' ),
			self::ways( $offers, $typed->way ) // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		);
		printf(
			'<h2>%1$s</h2><div id="closte-sync-add-dns">%2$s</div>',
			esc_html__( 'DNS records', 'closte-sync' ),
			// phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped by who gives it.
			'' === $dns ? '<p>' . esc_html__( 'Enter a domain to see what DNS says, and which records to set at its DNS provider.', 'closte-sync' ) . '</p>' : $dns
		);
		printf(
			'<p class="submit"><input type="hidden" name="%1$s" value="%2$s"><button type="submit" class="button button-primary" name="%3$s" value="1">%4$s</button> <button type="submit" class="button hide-if-js" name="%5$s" value="1">%6$s</button></p></form>',
			esc_attr( Add_Domain_Request::CONFIRMED ),
			esc_attr( $to_confirm ),
			esc_attr( Add_Domain_Request::ADD ),
			'' === $to_confirm ? esc_html__( 'Add domain', 'closte-sync' ) : esc_html__( 'Move the site', 'closte-sync' ),
			esc_attr( Add_Domain_Request::CHECK ),
			esc_html__( 'Check first', 'closte-sync' )
		);
	}

	/**
	 * The choice of ways. One that is not possible says why; the first that is possible is chosen unless another one was.
	 *
	 * @param list<Add_Option> $offers
	 */
	public static function ways( array $offers, ?Add_Method $chosen ): string {
		$is_possible = static fn( Add_Option $offer ): bool => null === $offer->refusal || Refusal::NO_SITE === $offer->refusal->code;
		$possible    = array_column( array_values( array_filter( $offers, $is_possible ) ), 'way' );
		$chosen      = in_array( $chosen, $possible, true ) ? $chosen : $possible[0] ?? null;
		$html        = '';

		foreach ( $offers as $offer ) {
			$id    = 'closte-sync-add-way-' . $offer->way->value;
			$html .= sprintf(
				'<p><label><input type="radio" name="way" value="%1$s" aria-describedby="%2$s"%3$s%4$s> %5$s</label></p><p class="description" id="%2$s">%6$s</p>',
				esc_attr( $offer->way->value ),
				esc_attr( $id ),
				checked( $offer->way->value, $chosen?->value, false ),
				disabled( $is_possible( $offer ), false, false ),
				esc_html( $offer->label ),
				esc_html( $is_possible( $offer ) ? $offer->sentences() : (string) $offer->refusal?->sentence() )
			);
		}

		return $html;
	}

	/**
	 * Attributes of a field. The first one that is wrong has the focus: what is wrong stands beside it, far down on some screens.
	 */
	private static function invalid( bool $is_wrong, bool $is_first ): string {
		return ( $is_wrong ? ' aria-invalid="true"' : '' ) . ( $is_wrong && $is_first ? ' autofocus' : '' );
	}

	private function show_site( Add_Domain_Request $typed, string $verdict, string $invalid ): void {
		printf(
			'<tr><th scope="row"><label for="closte-sync-add-site">%1$s</label></th><td><input type="text" id="closte-sync-add-site" name="site" value="%2$s" class="regular-text code" dir="ltr" autocomplete="off" spellcheck="false" autocapitalize="none" aria-describedby="closte-sync-add-site-help closte-sync-add-site-verdict"%3$s><p class="description" id="closte-sync-add-site-help">%4$s</p><div id="closte-sync-add-site-verdict">%5$s</div></td></tr>',
			esc_html__( 'Site', 'closte-sync' ),
			esc_attr( $typed->site ),
			$invalid, // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- attributes of ours.
			esc_html__( 'The address of the site, or its ID.', 'closte-sync' ),
			$verdict // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped by who gives it.
		);
	}

	private function show_domain( Add_Domain_Request $typed, string $verdict, string $invalid ): void {
		printf(
			'<tr><th scope="row"><label for="closte-sync-add-domain">%1$s</label></th><td><input type="text" id="closte-sync-add-domain" name="domain" value="%2$s" class="regular-text code" dir="ltr" inputmode="url" autocomplete="off" spellcheck="false" autocapitalize="none" required aria-describedby="closte-sync-add-help closte-sync-add-verdict"%3$s><p class="description" id="closte-sync-add-help">%4$s</p><div id="closte-sync-add-verdict">%5$s</div></td></tr>',
			esc_html__( 'Domain', 'closte-sync' ),
			esc_attr( $typed->domain ),
			$invalid, // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- attributes of ours.
			esc_html__( 'Such as example.com. You can also paste a web address.', 'closte-sync' ),
			$verdict // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped by who gives it.
		);
	}
}
