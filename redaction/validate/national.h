// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <string_view>

/// National and tax identifiers. Every function takes letters and digits only, in upper case (but
/// fi_hetu, whose separator carries the century), and says whether length, alphabet, date and check
/// digits are right.
namespace faultline::redaction::validate {

// americas.cc
[[nodiscard]] bool us_ssn(std::string_view id) noexcept;
[[nodiscard]] bool us_itin(std::string_view id) noexcept;
[[nodiscard]] bool us_ein(std::string_view id) noexcept;
[[nodiscard]] bool us_mbi(std::string_view id) noexcept;
[[nodiscard]] bool us_npi(std::string_view id) noexcept;
[[nodiscard]] bool us_dea(std::string_view id) noexcept;
[[nodiscard]] bool us_aba(std::string_view id) noexcept;
[[nodiscard]] bool ca_sin(std::string_view id) noexcept;
[[nodiscard]] bool br_cpf(std::string_view id) noexcept;
[[nodiscard]] bool br_cnpj(std::string_view id) noexcept;
[[nodiscard]] bool ar_cuit(std::string_view id) noexcept;
[[nodiscard]] bool cl_rut(std::string_view id) noexcept;
[[nodiscard]] bool mx_curp(std::string_view id) noexcept;

// europe_west.cc
[[nodiscard]] bool uk_nino(std::string_view id) noexcept;
[[nodiscard]] bool uk_nhs(std::string_view id) noexcept;
[[nodiscard]] bool uk_utr(std::string_view id) noexcept;
[[nodiscard]] bool ie_pps(std::string_view id) noexcept;
[[nodiscard]] bool de_steuer_id(std::string_view id) noexcept;
[[nodiscard]] bool de_ausweis(std::string_view id) noexcept;
[[nodiscard]] bool de_kvnr(std::string_view id) noexcept;
[[nodiscard]] bool de_rvnr(std::string_view id) noexcept;
[[nodiscard]] bool fr_nir(std::string_view id) noexcept;
[[nodiscard]] bool fr_siren(std::string_view id) noexcept;
[[nodiscard]] bool nl_bsn(std::string_view id) noexcept;
[[nodiscard]] bool be_nn(std::string_view id) noexcept;
[[nodiscard]] bool at_svnr(std::string_view id) noexcept;
[[nodiscard]] bool ch_ahv(std::string_view id) noexcept;

// europe_south.cc
[[nodiscard]] bool es_dni(std::string_view id) noexcept;
[[nodiscard]] bool es_nuss(std::string_view id) noexcept;
[[nodiscard]] bool it_codice(std::string_view id) noexcept;
[[nodiscard]] bool it_partita(std::string_view id) noexcept;
[[nodiscard]] bool pt_nif(std::string_view id) noexcept;
[[nodiscard]] bool hr_oib(std::string_view id) noexcept;
[[nodiscard]] bool si_emso(std::string_view id) noexcept;
[[nodiscard]] bool gr_amka(std::string_view id) noexcept;

// europe_north_east.cc
[[nodiscard]] bool se_personnummer(std::string_view id) noexcept;
[[nodiscard]] bool fi_hetu(std::string_view id) noexcept;
[[nodiscard]] bool dk_cpr(std::string_view id) noexcept;
[[nodiscard]] bool no_fnr(std::string_view id) noexcept;
[[nodiscard]] bool baltic_code(std::string_view id) noexcept;
[[nodiscard]] bool pl_pesel(std::string_view id) noexcept;
[[nodiscard]] bool pl_nip(std::string_view id) noexcept;
[[nodiscard]] bool cz_rodne(std::string_view id) noexcept;
[[nodiscard]] bool ro_cnp(std::string_view id) noexcept;
[[nodiscard]] bool bg_egn(std::string_view id) noexcept;

// vat.cc: the country, then its check digits where they are known here, else its layout.
[[nodiscard]] bool eu_vat(std::string_view id) noexcept;

// asia_pacific.cc
[[nodiscard]] bool in_aadhaar(std::string_view id) noexcept;
[[nodiscard]] bool in_gstin(std::string_view id) noexcept;
[[nodiscard]] bool cn_ric(std::string_view id) noexcept;
[[nodiscard]] bool kr_rrn(std::string_view id) noexcept;
[[nodiscard]] bool jp_my_number(std::string_view id) noexcept;
[[nodiscard]] bool sg_nric(std::string_view id) noexcept;
[[nodiscard]] bool th_id(std::string_view id) noexcept;
[[nodiscard]] bool tr_tckn(std::string_view id) noexcept;
[[nodiscard]] bool il_id(std::string_view id) noexcept;
[[nodiscard]] bool tw_id(std::string_view id) noexcept;
[[nodiscard]] bool hk_id(std::string_view id) noexcept;
[[nodiscard]] bool au_tfn(std::string_view id) noexcept;
[[nodiscard]] bool au_abn(std::string_view id) noexcept;
[[nodiscard]] bool au_medicare(std::string_view id) noexcept;
[[nodiscard]] bool nz_ird(std::string_view id) noexcept;
[[nodiscard]] bool za_id(std::string_view id) noexcept;

}  // namespace faultline::redaction::validate
